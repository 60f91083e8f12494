import { MeshError } from '@sharemesh/wire/errors';
import type { FieldVector, SeedShare } from '@sharemesh/shares/core';
import {
  canaryHolds,
  combineSketches,
  drawCanary,
  shareCheckKey,
  sketchConflicts,
} from '@sharemesh/shares/checks';
import type { CheckVector, SketchReply } from '@sharemesh/shares/checks';
import type { VectorKernels } from '@sharemesh/kernels/field/vector';
import type { ModelInfo } from '@sharemesh/wire';
import type { LinearContext } from '../backend.ts';
import type { Channel } from '../transport/channel.ts';
import type { randomId } from '../protocol/random-id.ts';
import type { askParty } from './ask-party.ts';
import { settleEnough } from './settle-enough.ts';
import type { Sharing } from './sharing.ts';

/** How long a member is waited for that the others could do without, at least. */
const SHORTEST_GRACE_MS = 1_000;

/** A party that takes part. */
export interface Member {
  readonly partyId: number;
  readonly channel: Channel;
}

export interface CrossChecksOptions {
  readonly kernels: VectorKernels;
  /** The parties that take part, two or more. */
  readonly members: readonly Member[];
  readonly model: ModelInfo;
  readonly sharing: Sharing;
  // handed over, not imported: what a page loads to begin with is then one piece, see test/size.test.ts
  readonly ask: typeof askParty;
  readonly newId: typeof randomId;
}

/**
 * Check vectors that the parties compute without knowing them, one for each layer, each proven on a canary before it is
 * used: two round trips, all layers at once. The argument is in `@sharemesh/shares`, cross-verification.ts.
 *
 * No input is at stake here, and nothing is tried again after a failed check.
 *
 * @throws MeshError FALSE_SKETCH, WRONG_REPLY, UNSUPPORTED, or why a party could not be asked
 */
export function crossChecks(options: CrossChecksOptions, context: LinearContext): Promise<CheckVector[]> {
  const { layers } = options.model.inference;
  return Promise.all(layers.map((_, layer) => crossCheck(options, layer, context)));
}

async function crossCheck(
  options: CrossChecksOptions,
  layer: number,
  context: LinearContext,
): Promise<CheckVector> {
  const { kernels, members, model } = options;
  const { input_size: columns, output_size: rows } = model.inference.layers[layer]!;
  const requestIds = members.map(() => options.newId());

  // the seeds are numbered among those that take part: all of them make up r
  const keys = shareCheckKey(kernels, members.length, {
    modelDigest: model.digest,
    layer,
    requestIds,
    rows,
  });
  const sketches = await fromAll(
    options,
    keys.map(async (share): Promise<SketchReply> => {
      const sketch = await askSketch(
        options,
        members[share.partyId - 1]!.channel,
        share,
        { layer, columns, siblings: requestIds },
        context,
      );
      return { share, sketch };
    }),
  );
  const check = combineSketches(kernels, sketches);

  // drawn now that no sketch can depend on it any more
  const canary = drawCanary(columns);
  const replies = await fromAll(
    options,
    members.map(async ({ channel, partyId }, i) => ({
      partyId: i + 1,
      vector: await askCanary(options, channel, canary, { layer, rows, partyId }, context),
    })),
  );
  judge(options, { layer, check, sketches, canary, replies });
  return check;
}

/**
 * What every member answers, in their order. Under a scheme that can do without one, a member that fails is to be left out,
 * and so is one that is silent well after the others were enough.
 */
async function fromAll<T>(
  { members, sharing: { threshold } }: CrossChecksOptions,
  answers: readonly Promise<T>[],
): Promise<T[]> {
  const { values, errors } = await settleEnough(answers, {
    isEnough: ({ length }) => length >= Math.min(threshold, members.length),
    isHopeless: ({ length }) => length > 0,
    graceMs: SHORTEST_GRACE_MS,
  });
  if (errors[0]) throw errors[0].error;
  const inOrder = values.toSorted((a, b) => a.index - b.index);
  const silent = members.find((_, i) => inOrder[i]?.index !== i);
  if (!silent) return inOrder.map(({ value }) => value);
  const { party } = silent.channel;
  throw new MeshError('DEADLINE_EXCEEDED', `${party} had not answered long after the others`, {
    retryable: true,
    party,
  });
}

interface Place {
  readonly layer: number;
  readonly columns: number;
  /** The id of each party's request. */
  readonly siblings: readonly string[];
}

async function askSketch(
  { ask }: CrossChecksOptions,
  channel: Channel,
  share: SeedShare,
  { layer, columns, siblings }: Place,
  context: LinearContext,
): Promise<FieldVector> {
  const call = {
    requestId: siblings[share.partyId - 1]!,
    siblings,
    layer,
    batch: 1,
    share,
    elements: columns,
    scheme: {
      operation: 'sketch',
      sharing: { scheme: 'additive', parties: siblings.length, party_id: share.partyId },
    },
  } as const;
  try {
    return await ask(channel, call, context);
  } catch (error) {
    if (!MeshError.is(error) || error.code !== 'INVALID_REQUEST') throw error;
    const { party } = channel;
    throw new MeshError('UNSUPPORTED', `${party} computes no sketches: it knows an older v1`, {
      party,
      cause: error,
    });
  }
}

/** To the party it is a share like any other. */
function askCanary(
  { ask, newId, sharing: { scheme, parties } }: CrossChecksOptions,
  channel: Channel,
  canary: FieldVector,
  { layer, rows, partyId }: { readonly layer: number; readonly rows: number; readonly partyId: number },
  context: LinearContext,
): Promise<FieldVector> {
  const call = {
    requestId: newId(),
    layer,
    batch: 1,
    share: { kind: 'vector', vector: canary },
    elements: rows,
    scheme: { sharing: { scheme, parties, party_id: partyId } },
  } as const;
  return ask(channel, call, context);
}

interface Evidence {
  readonly layer: number;
  readonly check: CheckVector;
  readonly sketches: readonly SketchReply[];
  readonly canary: FieldVector;
  readonly replies: readonly { readonly partyId: number; readonly vector: FieldVector }[];
}

/**
 * A false check vector passes on any one reply with probability 1/p. So one that holds for some party is true, and the
 * parties it does not hold for have lied: as many may as the sharing goes without.
 */
function judge({ kernels, members, sharing }: CrossChecksOptions, evidence: Evidence): void {
  const { layer, check, sketches, canary, replies } = evidence;
  const wrong = replies.filter(({ vector }) => !canaryHolds(kernels, check, canary, vector));
  if (replies.length - wrong.length >= sharing.threshold) return;
  if (wrong.length < replies.length) {
    const { party } = members[wrong[0]!.partyId - 1]!.channel;
    throw new MeshError('WRONG_REPLY', `${party} replied to the canary with a wrong product`, { party });
  }
  const party = mostContradicted(sketchConflicts(kernels, sketches, canary, replies), members);
  const who = party === undefined ? 'at least one of them lied' : `${party} is the one that most contradict`;
  throw new MeshError('FALSE_SKETCH', `the parties contradict each other about layer ${layer}: ${who}`, {
    ...(party !== undefined && { party }),
  });
}

/** Who contradicts at least half of the parties, and more of them than anyone else does; of two, it cannot be told. */
function mostContradicted(
  conflicts: readonly [number, number][],
  members: readonly Member[],
): string | undefined {
  const ranked = members
    .map(({ channel: { party } }, i) => {
      const pairs = conflicts.filter((pair) => pair.includes(i + 1));
      return { party, opponents: new Set(pairs.flat()).size - 1 };
    })
    .toSorted((a, b) => b.opponents - a.opponents);
  const [first, second] = ranked as [(typeof ranked)[0], (typeof ranked)[0]];
  const clear = first.opponents > second.opponents && 2 * first.opponents >= members.length;
  return clear ? first.party : undefined;
}
