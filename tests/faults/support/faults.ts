import type { Random } from './random.ts';

/** What the network does to one exchange. Positions are fractions of the body. */
export type Fault =
  | { readonly kind: 'none' }
  /** Forward late. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Break the connection before the party has seen the request, or when it has answered. */
  | { readonly kind: 'reset-before' }
  | { readonly kind: 'reset-after' }
  /** Forward, and never answer. */
  | { readonly kind: 'drop' }
  /** Announce the whole reply, send a part, close. */
  | { readonly kind: 'truncate'; readonly at: number }
  /** Flip one bit of the request or of the reply. */
  | { readonly kind: 'corrupt-request' | 'corrupt-reply'; readonly at: number; readonly bit: number }
  /** Claim another split of the reply into JSON and payload. */
  | { readonly kind: 'resplit'; readonly by: number }
  /** Deliver the request twice, and the second answer. */
  | { readonly kind: 'duplicate' }
  /** Answer twice: the second copy lies in wait for the connection's next request. */
  | { readonly kind: 'double-reply' }
  /** Hold the reply back until another one has overtaken it. */
  | { readonly kind: 'reorder' }
  /** Answer with the reply to an earlier request. */
  | { readonly kind: 'swap' }
  /** Send the client to another party with its share. */
  | { readonly kind: 'redirect'; readonly status: 301 | 302 | 307 | 308 }
  /** Take the request, and give the reply, a few bytes at a time. */
  | { readonly kind: 'slow' }
  /** Answer with something else altogether. */
  | { readonly kind: 'garbage'; readonly what: (typeof GARBAGE)[number] };

export type FaultKind = Fault['kind'];

export const GARBAGE = ['html-200', 'html-502', 'json-200', 'not-http', 'empty-200', 'retry-503'] as const;

export const FAULT_KINDS: readonly FaultKind[] = [
  'none',
  'delay',
  'reset-before',
  'reset-after',
  'drop',
  'truncate',
  'corrupt-request',
  'corrupt-reply',
  'resplit',
  'duplicate',
  'double-reply',
  'reorder',
  'swap',
  'redirect',
  'slow',
  'garbage',
];

/** Faults that put other bytes in the place of the right ones: without verification, they can pass. */
export const CHANGES_BYTES: ReadonlySet<FaultKind> = new Set(['corrupt-request', 'corrupt-reply']);

export function drawFault(random: Random, kind: FaultKind = random.pick(FAULT_KINDS)): Fault {
  switch (kind) {
    case 'delay':
      return { kind, milliseconds: random.below(60) };
    case 'truncate':
      return { kind, at: random.below(1_000) / 1_000 };
    case 'corrupt-request':
    case 'corrupt-reply':
      return { kind, at: random.below(1_000) / 1_000, bit: random.below(8) };
    case 'resplit':
      return { kind, by: random.pick([-8, -1, 1, 8, 1_000_000]) };
    case 'redirect':
      return { kind, status: random.pick([301, 302, 307, 308]) };
    case 'garbage':
      return { kind, what: random.pick(GARBAGE) };
    default:
      return { kind };
  }
}
