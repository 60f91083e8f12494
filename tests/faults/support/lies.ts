import { P } from '@sharemesh/shares';
import { encodeMessage, splitMessage, takeTensors } from '@sharemesh/wire';
import type { CompletedJob, TensorData } from '@sharemesh/wire';
import type * as z from 'zod/mini';
import type { Random } from './random.ts';

/** A way for a party to answer wrongly, with a reply that is well-formed and on time. */
export type Lie =
  /** Add to one element of the output; 2^60 looks like a flipped sign in many rings. */
  | { readonly kind: 'add'; readonly element: number; readonly amount: bigint }
  /** Flip one bit of one element. */
  | { readonly kind: 'bit'; readonly element: number; readonly bit: number }
  /** The same value everywhere. */
  | { readonly kind: 'constant'; readonly value: bigint }
  /** The outputs of an earlier request, under this one's name; or all of its reply, under its own. */
  | { readonly kind: 'earlier-output' | 'earlier-reply' }
  /** Computed with other weights, under the announced digest; or under their own. */
  | { readonly kind: 'stale-model' | 'wrong-digest' }
  /** Right at first, then wrong: in the second layer only. */
  | { readonly kind: 'later'; readonly amount: bigint }
  /** The share itself, or zeros: what a lazy party would send. */
  | { readonly kind: 'negated' };

export type LieKind = Lie['kind'];

export const LIE_KINDS: readonly LieKind[] = [
  'add',
  'bit',
  'constant',
  'earlier-output',
  'earlier-reply',
  'stale-model',
  'wrong-digest',
  'later',
  'negated',
];

export function drawLie(random: Random, kind: LieKind = random.pick(LIE_KINDS)): Lie {
  const amount = random.pick([1n, P - 1n, 1n << 60n, 1n << BigInt(random.below(61))]);
  switch (kind) {
    case 'add':
      return { kind, element: random.below(64), amount };
    case 'bit':
      return { kind, element: random.below(64), bit: random.below(61) };
    case 'constant':
      return { kind, value: random.pick([0n, 1n, P - 1n, 1n << 60n]) };
    case 'later':
      return { kind, amount };
    default:
      return { kind };
  }
}

/** A reply as its party made it. */
export interface HonestReply {
  readonly job: z.infer<typeof CompletedJob>;
  readonly output: TensorData;
}

export function readReply(body: Uint8Array, headerLength: string | undefined): HonestReply {
  const { json, tail } = splitMessage(body, headerLength);
  const job = json as HonestReply['job'];
  return { job, output: takeTensors(job.result.outputs, tail)[0]! };
}

export function writeReply({ job, output }: HonestReply): Response {
  const frame = encodeMessage('binary', [output], (outputs) => ({
    ...job,
    result: { ...job.result, outputs },
  }));
  return new Response(Buffer.concat(frame.chunks), {
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(frame.headerLength),
    },
  });
}

/** The elements of an output, to be changed in place. */
export function elementsOf({ data }: TensorData): BigUint64Array {
  return new BigUint64Array(data.slice().buffer);
}

/** The lie told about an output by itself; other lies need what the party remembers. */
export function distort(lie: Lie, layer: number, y: BigUint64Array): BigUint64Array {
  const at = (element: number) => element % y.length;
  switch (lie.kind) {
    case 'add':
      return y.with(at(lie.element), (y[at(lie.element)]! + lie.amount) % P);
    case 'bit': {
      const flipped = y[at(lie.element)]! ^ (1n << BigInt(lie.bit));
      return y.with(at(lie.element), flipped >= P ? flipped - P : flipped);
    }
    case 'constant':
      return y.map(() => lie.value);
    case 'later':
      return layer === 0 ? y : y.with(0, (y[0]! + lie.amount) % P);
    case 'negated':
      return y.map((value) => (P - value) % P);
    default:
      return y;
  }
}
