import type { FloatLayer } from '@sharemesh/model';

const utf8 = new TextEncoder();

/** ONNX's numbers for types: TensorProto.FLOAT and AttributeProto's opset of Relu and MatMul. */
const FLOAT = 1;
const IR_VERSION = 8;
const OPSET = 17;

/**
 * Dense layers as an ONNX model: x [N, inputs] → MatMul, Add, Relu … → y [N, outputs], float32. Written by hand in
 * protocol-buffer wire format; the field numbers are those of onnx.proto3 (https://github.com/onnx/onnx).
 *
 * @param layers activations identity or relu
 * @throws {RangeError} for another activation
 */
export function onnxModel(
  layers: readonly FloatLayer[],
  options: { readonly bias?: boolean } = {},
): Uint8Array {
  const { bias = true } = options;
  const nodes: Uint8Array[] = [];
  const initializers: Uint8Array[] = [];
  let value = 'x';
  const apply = (operator: string, ...inputs: string[]) => {
    const output = `v${nodes.length}`;
    nodes.push(node(operator, [value, ...inputs], output));
    value = output;
  };
  for (const [k, layer] of layers.entries()) {
    const { inputSize, outputSize, activation } = layer;
    initializers.push(tensor(`w${k}`, [inputSize, outputSize], transpose(layer)));
    apply('MatMul', `w${k}`);
    if (bias) {
      initializers.push(tensor(`b${k}`, [outputSize], Float32Array.from(layer.bias)));
      apply('Add', `b${k}`);
    }
    if (activation.type === 'relu') apply('Relu');
    else if (activation.type !== 'identity') throw new RangeError(`no ONNX operator for ${activation.type}`);
  }
  nodes.push(node('Identity', [value], 'y'));
  const graph = concat(
    ...nodes.map((bytes) => field(1, bytes)),
    text(2, 'dense'),
    ...initializers.map((bytes) => field(5, bytes)),
    field(11, valueInfo('x', layers[0]!.inputSize)),
    field(12, valueInfo('y', layers.at(-1)!.outputSize)),
  );
  const opset = concat(text(1, ''), number(2, OPSET));
  return concat(number(1, IR_VERSION), field(7, graph), field(8, opset));
}

/** inputSize × outputSize, row-major: MatMul takes the weights on the right. */
function transpose({ weights, inputSize, outputSize }: FloatLayer): Float32Array {
  const transposed = new Float32Array(weights.length);
  for (let i = 0; i < outputSize; i++) {
    for (let j = 0; j < inputSize; j++) transposed[j * outputSize + i] = weights[i * inputSize + j]!;
  }
  return transposed;
}

const node = (operator: string, inputs: readonly string[], output: string): Uint8Array =>
  concat(...inputs.map((input) => text(1, input)), text(2, output), text(4, operator));

const tensor = (name: string, shape: readonly number[], data: Float32Array): Uint8Array =>
  concat(
    ...shape.map((size) => number(1, size)),
    number(2, FLOAT),
    text(8, name),
    field(9, new Uint8Array(data.buffer)),
  );

/** A float32 matrix with any number of rows. */
function valueInfo(name: string, columns: number): Uint8Array {
  const shape = concat(field(1, text(2, 'N')), field(1, number(1, columns)));
  return concat(text(1, name), field(2, field(1, concat(number(1, FLOAT), field(2, shape)))));
}

// the three shapes of a protocol-buffer field: bytes, text, varint
const field = (id: number, bytes: Uint8Array): Uint8Array =>
  concat(varint((id << 3) | 2), varint(bytes.length), bytes);
const text = (id: number, value: string): Uint8Array => field(id, utf8.encode(value));
const number = (id: number, value: number): Uint8Array => concat(varint(id << 3), varint(value));

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
