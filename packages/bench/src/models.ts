import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importSafetensors, parseSafetensors, preflight } from '@sharemesh/model';
import type { FloatLayer, WeightBits } from '@sharemesh/model';
import { saveBundle } from '@sharemesh/model/node';
import { writeSafetensors } from './safetensors.ts';
import { networkA, randomLayers } from './shapes.ts';
import type { Shape } from './shapes.ts';

/** A model on disk, once for the servers in the clear and once for each precision of the parties. */
export interface ModelFiles {
  readonly shape: Shape;
  readonly layers: readonly FloatLayer[];
  /** The real weights, safetensors. */
  readonly safetensors: string;
  /** Are the weights drawn at random? False: trained ones. */
  readonly random: boolean;
  /** Folder of the quantised bundle. */
  bundle(bits: WeightBits): Promise<string>;
}

/** The trained Network A, beside a checkout of the project. */
const TRAINED_NETWORK_A = '../shared/models/mnist-network-a-relu.safetensors';

const RELU = { activation: { type: 'relu' } } as const;

/** Models in a folder of the run's own, each made when it is first asked for. */
export class ModelShelf {
  readonly #folder: string;
  readonly #files = new Map<string, Promise<ModelFiles>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  files(shape: Shape): Promise<ModelFiles> {
    let files = this.#files.get(shape.id);
    if (!files) this.#files.set(shape.id, (files = this.#make(shape)));
    return files;
  }

  async #make(shape: Shape): Promise<ModelFiles> {
    await mkdir(this.#folder, { recursive: true });
    const trained = shape === networkA ? await readFile(TRAINED_NETWORK_A).catch(() => undefined) : undefined;
    const bytes = trained ?? writeSafetensors(randomLayers(shape));
    const safetensors = join(this.#folder, `${shape.id}.safetensors`);
    await writeFile(safetensors, bytes);
    const bundles = new Map<WeightBits, Promise<string>>();
    const bundle = (bits: WeightBits) => {
      let folder = bundles.get(bits);
      if (!folder) bundles.set(bits, (folder = this.#quantize(bytes, shape, bits)));
      return folder;
    };
    return { shape, layers: layersOf(bytes), safetensors, random: trained === undefined, bundle };
  }

  async #quantize(bytes: Uint8Array, shape: Shape, bits: WeightBits): Promise<string> {
    const folder = join(this.#folder, modelIdOf(shape, bits));
    const { bundle } = importSafetensors(bytes, {
      modelId: modelIdOf(shape, bits),
      version: '1',
      weightBits: bits,
      ...RELU,
    });
    await saveBundle(folder, bundle);
    return folder;
  }
}

/** What the parties call a shape's model. */
export const modelIdOf = (shape: Shape, bits: WeightBits): string => `${shape.id}-${bits}`;

/** The dense layers in a safetensors file, ReLU between them. */
export const layersOf = (safetensors: Uint8Array): readonly FloatLayer[] =>
  preflight(parseSafetensors(safetensors), RELU).model;
