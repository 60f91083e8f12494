import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FloatLayer } from '@sharemesh/model';
import { onnxModel } from './onnx-model.ts';

/** A model in ONNX Runtime: float32, one thread. */
export interface OnnxSession {
  /** Make the input of a run from batch × inputs values, which it keeps. */
  tensor(x: Float32Array, batch: number): Tensor;
  /** batch × outputs values. */
  run(x: Tensor): Promise<Float32Array>;
}

export interface OnnxRuntime {
  readonly version: string;
  open(layers: readonly FloatLayer[], options?: { readonly bias?: boolean }): Promise<OnnxSession>;
}

/** What is said where the plaintext peer is missing. */
export const ONNX_MISSING =
  'onnxruntime-node is not installed, so there is nothing to compare with under that name: npm i onnxruntime-node';

/** ONNX Runtime, or undefined where it is not installed. It is a peer to compare with; nothing else needs it. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime | undefined> {
  const ort = await import('onnxruntime-node').catch(() => undefined);
  if (!ort) return undefined;
  return {
    version: ort.env.versions.node ?? ort.env.versions.common,
    async open(layers, options) {
      const session: InferenceSession = await ort.InferenceSession.create(onnxModel(layers, options), {
        executionProviders: ['cpu'],
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
      });
      const width = layers[0]!.inputSize;
      return {
        tensor: (x, batch) => new ort.Tensor('float32', x, [batch, width]),
        async run(x) {
          const { y } = await session.run({ x });
          return y!.data as Float32Array;
        },
      };
    },
  };
}
