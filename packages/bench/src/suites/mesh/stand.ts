import type { WeightBits } from '@sharemesh/model';
import type { ServerProcess } from '../../servers/process-group.ts';
import { startBridge, startParty } from '../../servers/party-program.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { ckksCaller } from './ckks-caller.ts';
import type { CkksChoice } from './ckks-caller.ts';
import { plainCaller, sharesCaller } from './caller.ts';
import type { Caller, SharesChoice } from './caller.ts';
import type { PlainEngineName } from '../../peers/plain-engine.ts';

export interface StandOptions {
  /** Parties to start. */
  readonly parties: number;
  /** A server for ciphertexts besides. */
  readonly bridge?: boolean;
  /** Precisions they serve. */
  readonly bits: readonly WeightBits[];
  /** Services in the clear; default: those that are installed. */
  readonly plain?: readonly PlainEngineName[];
  /** Milliseconds added to every round trip; default 0. */
  readonly rttMs?: number;
}

/** The servers of one shape, and the clients that were connected to them. */
export class Stand {
  readonly #shape: Shape;
  readonly #servers: readonly ServerProcess[];
  readonly #partyUrls: readonly string[];
  readonly #bridgeUrl: string | undefined;
  readonly #plainUrls: ReadonlyMap<PlainEngineName, string>;
  readonly #callers: Caller[] = [];

  private constructor(
    shape: Shape,
    servers: readonly ServerProcess[],
    partyUrls: readonly string[],
    bridgeUrl: string | undefined,
    plainUrls: ReadonlyMap<PlainEngineName, string>,
  ) {
    this.#shape = shape;
    this.#servers = servers;
    this.#partyUrls = partyUrls;
    this.#bridgeUrl = bridgeUrl;
    this.#plainUrls = plainUrls;
  }

  /** Start the servers, each in a process of its own, one after the other. */
  static async open(lab: Lab, shape: Shape, options: StandOptions): Promise<Stand> {
    const { processes, party, models, onnx, record } = lab;
    const files = await models.files(shape);
    if (shape.id === 'network-a' && files.random) {
      record.note(
        'The trained weights of Network A are not here: random ones of the same shape stand in for them.',
      );
    }
    const folders = await Promise.all(options.bits.map((bits) => files.bundle(bits)));
    const plain =
      options.plain ?? (onnx ? (['ml-matrix', 'onnxruntime'] as const) : (['ml-matrix'] as const));
    const servers: ServerProcess[] = [];
    const reach = async (server: ServerProcess): Promise<string> => {
      servers.push(server);
      if (!options.rttMs) return server.url;
      const cable = await processes.startOwn('delay', [new URL(server.url).port, String(options.rttMs)]);
      servers.push(cable);
      return cable.url;
    };
    const partyUrls: string[] = [];
    for (let index = 0; index < options.parties; index++) {
      lab.signal.throwIfAborted();
      partyUrls.push(await reach(await startParty(processes, party, folders, index)));
    }
    const bridgeUrl = options.bridge ? await reach(await startBridge(processes, party, folders)) : undefined;
    const plainUrls = new Map<PlainEngineName, string>();
    for (const engine of plain) {
      lab.signal.throwIfAborted();
      const server = await processes.startOwn('plain-server', [engine, files.safetensors]);
      plainUrls.set(engine, await reach(server));
    }
    return new Stand(shape, servers, partyUrls, bridgeUrl, plainUrls);
  }

  /** A client of every service in the clear. */
  plain(): Caller[] {
    const callers = [...this.#plainUrls].map(([engine, url]) => plainCaller(url, engine));
    this.#callers.push(...callers);
    return callers;
  }

  /** A client of the first `parties` parties. */
  async shares(parties: number, choice: SharesChoice): Promise<Caller> {
    const caller = await sharesCaller(this.#partyUrls.slice(0, parties), this.#shape, choice);
    this.#callers.push(caller);
    return caller;
  }

  /** A client of the server for ciphertexts. */
  async ckks(choice: CkksChoice): Promise<Caller> {
    if (this.#bridgeUrl === undefined) throw new Error('the stand was opened without a bridge');
    const caller = await ckksCaller(this.#bridgeUrl, this.#shape, choice);
    this.#callers.push(caller);
    return caller;
  }

  async close(): Promise<void> {
    await Promise.all(this.#callers.map((caller) => caller.close()));
    await Promise.all(this.#servers.map((server) => server.stop()));
  }
}
