import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine } from './machine.ts';
import type { Pace } from './measure/interleave.ts';
import { ModelShelf } from './models.ts';
import { callPace, productPace } from './paces.ts';
import { ONNX_MISSING, loadOnnxRuntime } from './peers/onnxruntime.ts';
import { planSteps } from './plan.ts';
import { Recorder } from './recorder.ts';
import { RESULT_FORMAT } from './result.ts';
import type { BenchResult } from './result.ts';
import type { PartyProgram } from './servers/party-program.ts';
import { ProcessGroup } from './servers/process-group.ts';
import type { Lab, Scope } from './suite.ts';
import { installedVersions } from './versions.ts';

export interface BenchOptions {
  /** Names of suites. */
  readonly suites: readonly string[];
  readonly scope: Scope;
  /** Only steps whose names contain this. */
  readonly filter?: string;
  readonly party: PartyProgram;
  /** As it was typed, for the record. */
  readonly command: string;
  /** Ends the run early; it rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: BenchProgress) => void;
  /** Fewer rounds than the scope gives: for trying out whether everything works. */
  readonly pace?: Partial<Pace>;
}

export interface BenchProgress {
  /** The step that begins; undefined at the end. */
  readonly step: string | undefined;
  readonly done: number;
  readonly steps: number;
  readonly elapsedSeconds: number;
  readonly leftSeconds: number;
}

/** Above this many runnable processes for each core before it begins, a run says that it was disturbed. */
const QUIET_LOAD = 0.3;

/**
 * Measure. Servers are processes of their own and end with the run, whichever way it ends; files live in a temporary
 * folder that goes with it.
 *
 * @throws {RangeError} for a suite there is not, or where nothing is left to be measured
 */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const { scope, signal, party } = options;
  const steps = await planSteps(options.suites, scope, options.filter);
  if (steps.length === 0) throw new RangeError('nothing to measure: no step fits what was asked for');

  const machine = await describeMachine();
  const onnx = await loadOnnxRuntime();
  const record = new Recorder();
  if (!onnx) record.note(ONNX_MISSING);
  if (!party.built) record.note('The parties ran from source, not as built.');
  if (machine.load > QUIET_LOAD * machine.cores) {
    record.note(
      `The machine was busy before the run (load ${machine.load}): times are longer than on a quiet one.`,
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'sharemesh-bench-'));
  const processes = new ProcessGroup();
  const lab: Lab = {
    scope,
    record,
    models: new ModelShelf(folder),
    processes,
    party,
    onnx,
    signal,
    productPace: { ...productPace(scope.quick), ...options.pace },
    callPace: { ...callPace(scope.quick), ...options.pace },
  };
  const date = new Date().toISOString();
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  try {
    let doneSeconds = 0;
    const plannedSeconds = steps.reduce((total, step) => total + step.seconds, 0);
    for (const [done, step] of steps.entries()) {
      signal.throwIfAborted();
      // what is left, at the pace of what is done
      const pace = doneSeconds === 0 ? 1 : seconds() / doneSeconds;
      options.onProgress?.({
        step: step.name,
        done,
        steps: steps.length,
        elapsedSeconds: seconds(),
        leftSeconds: (plannedSeconds - doneSeconds) * pace,
      });
      await step.run(lab);
      doneSeconds += step.seconds;
    }
  } finally {
    await processes.stop();
    await rm(folder, { recursive: true, force: true });
  }
  options.onProgress?.({
    step: undefined,
    done: steps.length,
    steps: steps.length,
    elapsedSeconds: seconds(),
    leftSeconds: 0,
  });
  const { figures, products, calls, throughputs, notes } = record;
  return {
    format: RESULT_FORMAT,
    command: options.command,
    date,
    seconds: seconds(),
    quick: scope.quick,
    machine,
    versions: installedVersions(),
    figures,
    products,
    calls,
    throughputs,
    notes,
  };
}
