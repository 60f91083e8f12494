import { MeshError, parseJson } from '@sharemesh/wire';
import * as z from 'zod/mini';
import { invalidModel } from '../invalid-model.ts';
import { bytesPerElement } from './dtypes.ts';

/** The reference implementation allows 100 MB; 16 MiB still names some 100,000 tensors. */
const MAX_HEADER_BYTES = 16 * 2 ** 20;

const size = z.int().check(z.minimum(0));

const Header = z.catchall(
  z.object({ __metadata__: z.optional(z.record(z.string(), z.string())) }),
  z.strictObject({
    dtype: z.string().check(z.regex(/^[A-Z][A-Z0-9_]{0,15}$/)),
    shape: z.array(size).check(z.maxLength(16)),
    data_offsets: z.tuple([size, size]),
  }),
);

/** One tensor of a file: its values are still the bytes of the file. */
export interface Tensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Little-endian, row-major; a view of the file. */
  readonly data: Uint8Array;
}

export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their data. */
  readonly tensors: readonly Tensor[];
}

/**
 * Read a safetensors file (https://github.com/huggingface/safetensors, "Format"): a little-endian u64 n, n bytes of
 * JSON that describe the tensors, then their data, which they must cover without gap or overlap.
 *
 * The file may come from anyone: every number in it is checked before it is used, and nothing is allocated on its word.
 * @throws MeshError INVALID_MODEL
 */
export function parseSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, data } = splitHeader(bytes);
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = Object.entries(entries).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]) => {
      if (begin > end || end > data.length) throw invalid(`${quote(name)} lies outside the file`);
      const width = bytesPerElement(dtype);
      const expected = shape.reduce((product, n) => product * n, width ?? 0);
      if (width !== undefined && end - begin !== expected) {
        throw invalid(`${quote(name)} has ${end - begin} bytes, not those of ${dtype} [${shape.join(', ')}]`);
      }
      return { name, dtype, shape, begin, end };
    },
  );
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of tensors) {
    if (begin !== covered)
      throw invalid(`there is ${begin < covered ? 'an overlap' : 'a gap'} before ${quote(name)}`);
    covered = end;
  }
  if (covered !== data.length) throw invalid(`${data.length - covered} bytes belong to no tensor`);
  return {
    metadata,
    tensors: tensors.map(({ name, dtype, shape, begin, end }) => ({
      name,
      dtype,
      shape,
      data: data.subarray(begin, end),
    })),
  };
}

function splitHeader(bytes: Uint8Array): { header: z.infer<typeof Header>; data: Uint8Array } {
  if (bytes.length < 8) throw invalid('shorter than the 8 bytes of its header length');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) throw invalid(`the header is longer than ${MAX_HEADER_BYTES} bytes`);
  const end = 8 + Number(length);
  if (end > bytes.length) throw invalid('shorter than its header says');
  if (bytes[8] !== 0x7b) throw invalid("the header does not begin with '{'");
  let value: unknown;
  try {
    value = parseJson(bytes.subarray(8, end));
  } catch (cause) {
    throw invalid(`header: ${MeshError.is(cause) ? cause.message : 'cannot be read'}`, cause);
  }
  const header = Header.safeParse(value);
  if (!header.success) {
    const [name = '', ...field] = header.error.issues[0]?.path ?? [];
    throw invalid(`the header's ${quote(String(name))} ${field.join('.')} does not fit the format`);
  }
  return { header: header.data, data: bytes.subarray(end) };
}

/** A name from the file, safe to print: no control characters, not long. */
export const quote = (name: string) => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);

const invalid = (reason: string, cause?: unknown) => invalidModel('safetensors', reason, cause);
