import type { Pace } from './measure/interleave.ts';
import type { ModelShelf } from './models.ts';
import type { OnnxRuntime } from './peers/onnxruntime.ts';
import type { Recorder } from './recorder.ts';
import type { ProcessGroup } from './servers/process-group.ts';
import type { PartyProgram } from './servers/party-program.ts';
import type { Shape } from './shapes.ts';

/** What a run is to measure. */
export interface Scope {
  readonly shapes: readonly Shape[];
  readonly batches: readonly number[];
  readonly parties: readonly number[];
  /** Round-trip times to simulate, in milliseconds; 0 is measured in any case. */
  readonly rtts: readonly number[];
  readonly quick: boolean;
}

/** What steps measure with. */
export interface Lab {
  readonly scope: Scope;
  readonly record: Recorder;
  readonly models: ModelShelf;
  readonly processes: ProcessGroup;
  /** How a party is started. */
  readonly party: PartyProgram;
  /** Absent where it is not installed. */
  readonly onnx: OnnxRuntime | undefined;
  /** Aborts when the run is to end early. */
  readonly signal: AbortSignal;
  /** For kernels, in one process. */
  readonly productPace: Pace;
  /** For calls, over HTTP. */
  readonly callPace: Pace;
}

/** A part of a run that can be asked for on its own. */
export interface Step {
  /** Such as `mesh/784→128/batch 8`: what `--filter` looks at and the progress shows. */
  readonly name: string;
  /** About how long it takes, in seconds; for the estimate of what is left. */
  readonly seconds: number;
  run(lab: Lab): Promise<void>;
}

/** A family of measurements. */
export interface Suite {
  readonly name: string;
  readonly summary: string;
  /** Its steps, in order, for what is to be measured. */
  plan(scope: Scope): readonly Step[];
}
