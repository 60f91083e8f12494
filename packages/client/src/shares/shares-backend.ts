import { MeshError } from '@sharemesh/wire/errors';
import type { ModelInfo } from '@sharemesh/wire';
import type { VectorKernels } from '@sharemesh/kernels/field/vector';
import { certifyUnit, correctionVector, decode, drawMasks, encode } from '@sharemesh/shares/core';
import type { FieldVector, Share, SharingBinding } from '@sharemesh/shares/core';
import type { PartyReply } from '@sharemesh/shares/threshold';
import type { Backend, Fault, LinearContext, LinearResult } from '../backend.ts';
import type { Channel } from '../transport/channel.ts';
import { randomId } from '../protocol/random-id.ts';
import { withTimeout } from '../scope.ts';
import { Stopwatch } from '../stopwatch.ts';
import { askParty } from './ask-party.ts';
import type { Prepared, PreparedStore } from './prepared-store.ts';
import type { Expectation, ReplyChecks } from './reply-checks.ts';
import type { Gathered, Members, Reconstruction, Sharing } from './sharing.ts';

export interface SharesBackendOptions {
  readonly kernels: VectorKernels;
  /** Party k is channels[k − 1]: the one place where a share meets its party. */
  readonly channels: readonly Channel[];
  /** Those that take part. Default: all. */
  readonly members?: Omit<Members, 'together'>;
  readonly model: ModelInfo;
  readonly maxBatch: number;
  readonly sharing: Sharing;
  readonly seeded: boolean;
  readonly packed: boolean;
  readonly preparedMaxAgeMs: number;
  /** Absent: replies are not verified. */
  readonly checks?: ReplyChecks | undefined;
}

/** What one sharing is bound to, and how it is sent. */
interface Sending {
  readonly binding: SharingBinding;
  readonly context: LinearContext;
}

/** W·x from parties of which each sees one share of x. */
export class SharesBackend implements Backend {
  readonly name = 'shares';
  readonly model: ModelInfo;
  readonly maxBatch: number;
  readonly #options: SharesBackendOptions;
  #prepared: PreparedStore | undefined;
  readonly significantBits: readonly number[];
  readonly #rowScales: readonly Float64Array[];
  readonly #certificates: readonly ReturnType<typeof certifyUnit>[];

  constructor(options: SharesBackendOptions) {
    this.#options = options;
    this.model = options.model;
    this.maxBatch = options.maxBatch;
    this.#certificates = options.model.inference.layers.map((layer) => certifyUnit(layer.max_row_sum));
    this.significantBits = this.#certificates.map(({ fractionBits }) => fractionBits);
    this.#rowScales = options.model.inference.layers.map((layer) => Float64Array.from(layer.row_scales));
  }

  async linear(index: number, x: Float64Array, batch: number, context: LinearContext): Promise<LinearResult> {
    const { kernels, sharing, seeded, checks } = this.#options;
    const { fractionBits: significantBits, bound } = this.#certificates[index]!;
    const watch = new Stopwatch(context.onPhase);

    watch.begin('encode');
    const secret = encode(kernels, x, significantBits);

    watch.begin('share');
    const prepared = this.#prepared?.take(index, batch);
    const binding = this.#bind(index, batch, prepared?.requestIds);
    const shares = prepared
      ? [this.#complete(secret, prepared)]
      : sharing.share(kernels, secret, { seeded, binding });

    watch.begin('send');
    const { replies, faults, late } = await this.#send(shares, { binding, context });

    watch.begin('reconstruct');
    const { vector, agreement }: Reconstruction = prepared
      ? { vector: kernels.add(prepared.reply, replies[0]!.vector) }
      : sharing.reconstruct(kernels, replies);

    watch.begin('decode');
    const y = decode(kernels, vector, significantBits, this.#rowScales[index]!);

    return {
      y,
      report: {
        layer: index,
        batch,
        phases: watch.stop(),
        precision: { significantBits, bound: Number(bound), limit: 2 ** 60 },
        faults,
        ...(late && { late }),
        // replies that were checked one by one need not agree with each other
        ...(agreement &&
          !checks && {
            agreement: { ...agreement, disagreeing: agreement.disagreeing.map((id) => this.#party(id)) },
          }),
        ...(this.excluded && { excluded: this.excluded }),
        prepared: prepared !== undefined,
      },
    };
  }

  /** Fetch the replies of the parties that hold masks, for `count` inferences: they do not depend on the input. */
  async prepare(count: number, batch: number, context: LinearContext): Promise<void> {
    // loaded on demand: most pages never prepare
    const { PreparedStore, prepareInferences } = await import('./prepared-store.ts');
    this.#prepared ??= new PreparedStore();
    const { kernels, seeded, sharing } = this.#options;
    const { parties } = sharing;
    await prepareInferences(this.#prepared, count, {
      ...this.#options,
      bind: (layer) => this.#bind(layer, batch),
      draw: (binding) => drawMasks(kernels, parties - 1, { parties, seeded, binding }, 'additive'),
      send: (masks, binding) => this.#send(masks, { binding, context }),
    });
  }

  #complete(secret: FieldVector, { mask }: Prepared): Share {
    const { kernels, sharing } = this.#options;
    return { kind: 'vector', partyId: sharing.parties, vector: correctionVector(kernels, secret, [mask]) };
  }

  /** Every party's request gets an id of its own: what joins them stays here. */
  #bind(
    layer: number,
    batchSize: number,
    requestIds: readonly string[] = this.#options.channels.map(randomId),
  ): SharingBinding {
    const { digest: modelDigest, inference } = this.model;
    const columns = inference.layers[layer]!.input_size;
    return { modelDigest, layer, requestIds, batchSize, columns };
  }

  /** Each share to its party, all at once; their replies, verified, as soon as there are enough. */
  async #send(all: readonly Share[], sending: Sending): Promise<Gathered> {
    const { sharing, checks, members } = this.#options;
    members?.invite?.();
    // the share of a party that does not take part goes to nobody
    const shares = members
      ? all.filter(({ partyId }) => members.list.some((member) => member.partyId === partyId))
      : all;
    const { signal, deadline } = sending.context;
    const expectation = checks?.begin(sending.binding.layer);
    return withTimeout(deadline - performance.now(), signal, (scope) => {
      const context = { ...sending.context, signal: scope.signal };
      const logged = context.requestLog.length;
      const sent = shares.map((share) => this.#ask(share, { ...sending, context }));
      const received = expectation ? this.#verify(expectation, shares, sent, sending) : sent;
      return sharing.gather(received, {
        parties: shares.map(({ partyId }) => this.#party(partyId)),
        verified: checks !== undefined,
        requestLog: context.requestLog,
        logged,
      });
    });
  }

  async #ask(share: Share, { binding, context }: Sending): Promise<PartyReply> {
    const { channels, sharing, packed } = this.#options;
    const { partyId } = share;
    const { requestIds: siblings, layer, batchSize: batch } = binding;
    const call = {
      requestId: siblings[partyId - 1]!,
      siblings,
      layer,
      batch,
      share,
      packed,
      elements: batch * this.model.inference.layers[layer]!.output_size,
      scheme: { sharing: { scheme: sharing.scheme, parties: sharing.parties, party_id: partyId } },
    };
    const vector = await askParty(channels[partyId - 1]!, call, context);
    return { partyId, vector };
  }

  /** Replies that pass r·y = s·x; those that do not reject. What is to be compared is computed while they travel. */
  #verify(
    expectation: Expectation,
    shares: readonly Share[],
    sent: readonly Promise<PartyReply>[],
    { binding, context }: Sending,
  ): Promise<PartyReply>[] {
    const holds = expectation(shares, binding.batchSize);
    return sent.map(async (request, i) => {
      const reply = await request;
      context.onPhase?.('verify');
      if (holds(i, reply.vector)) return reply;
      const party = this.#party(reply.partyId);
      throw new MeshError('WRONG_REPLY', `${party} replied with a wrong product`, { party });
    });
  }

  #party(partyId: number): string {
    return this.#options.channels[partyId - 1]!.party;
  }

  get excluded(): readonly Fault[] | undefined {
    return this.#options.members?.excluded;
  }

  close(): void {
    this.#options.members?.close?.();
    this.#prepared?.close();
  }
}
