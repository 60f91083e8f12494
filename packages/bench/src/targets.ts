import type { Target } from './figure.ts';

type Limits = Pick<Target, 'reach' | 'barrier' | 'better'>;

export const atMost = (reach: number, barrier?: number): Limits => ({
  better: 'lower',
  reach,
  ...(barrier !== undefined && { barrier }),
});
export const atLeast = (reach: number, barrier: number): Limits => ({ better: 'higher', reach, barrier });

/** A figure to be reached. */
export function target(id: string, title: string, unit: Target['unit'], limits: Limits): Target {
  return { id, title, unit, ...limits };
}

/** What the kernels and the mesh are held against. */
export const targets = {
  vectorOnnx4096: target('matvec-4096-onnx', 'W·x at 4096² against ONNX Runtime', '×', atMost(1.05, 0.85)),
  vectorOnnx1024: target('matvec-1024-onnx', 'W·x at 1024² against ONNX Runtime', '×', atMost(1.8, 1.3)),
  vectorOnnx784: target('matvec-784-onnx', 'W·x at 784→128 against ONNX Runtime', '×', atMost(1.0, 0.5)),
  vectorMatrix1024: target(
    'matvec-1024-ml-matrix',
    'W·x at 1024², faster than ml-matrix',
    '×',
    atLeast(15, 25),
  ),
  vectorMatrix4096: target(
    'matvec-4096-ml-matrix',
    'W·x at 4096², faster than ml-matrix',
    '×',
    atLeast(15, 25),
  ),
  batchMatrix1024: target(
    'matmul-1024-ml-matrix',
    '64 rows at 1024², faster than ml-matrix',
    '×',
    atLeast(18, 30),
  ),
  twoPlanes: target('two-planes', '28-bit weights against 14-bit', '×', atMost(2.1, 1.8)),
  callMatrix: target('call-ml-matrix', 'private 1024² over HTTP against ml-matrix', '×', atMost(0.6, 0.4)),
  callOnnx: target('call-onnx', 'private 1024² over HTTP against ONNX Runtime', '×', atMost(2.0, 1.2)),
  onlineOnnx: target('online-onnx', 'prepared 1024² over HTTP against ONNX Runtime', '×', atMost(1.5, 1.0)),
  bytesUp: target('bytes-up', 'bytes up against 8·d + 32·(n−1) + 300·n', '×', atMost(1)),
  bytesPacked: target('bytes-up-packed', 'bytes up, bit-packed, against 8·d', '×', atMost(1)),
  bytesDown: target('bytes-down', 'bytes down against 8·m·n + 300·n', '×', atMost(1)),
  route: target('route', 'Hono route against bare node:http, 784→128', '×', atMost(1.25, 1.1)),
  health: target('health', '/v1/health p99 during 4096² × 64 rows', 'ms', atMost(25, 10)),
  memory: target('memory', 'memory beyond the packed weights, 4096²', 'MB', atMost(150, 90)),
  firstAnswer: target('first-answer', 'first answer after start, Network A', 'ms', atMost(700, 400)),
  checkSetup: target('check-setup', 'drawing a check vector from the weights, 1024²', 'ms', atMost(10)),
  checkedCall: target(
    'checked-call',
    'every reply checked, 1024² over HTTP, against none',
    '×',
    atMost(1.05),
  ),
  shamirCall: target('shamir-call', 'shamir 2 of 3 against additive of 3, 1024² over HTTP', '×', atMost(1.3)),
  degradedCall: target(
    'degraded-call',
    'shamir 3 of 5 with one party down and one lying, against all well',
    '×',
    atMost(1.3),
  ),
} as const satisfies Record<string, Target>;
