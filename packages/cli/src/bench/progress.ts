import type { BenchProgress } from '@sharemesh/bench';
import { formatDuration } from '@sharemesh/bench';

const BAR = 20;
const CLEAR_LINE = '\r\u001b[2K';

/** Shows how far a run is: on a terminal one line that is written over, else a line a step. */
export function showProgress(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>,
): (progress: BenchProgress) => void {
  return ({ step, done, steps, elapsedSeconds, leftSeconds }) => {
    if (step === undefined) {
      stream.write(`${stream.isTTY ? CLEAR_LINE : ''}measured in ${formatDuration(elapsedSeconds)}\n`);
      return;
    }
    const left = `about ${formatDuration(leftSeconds)} left`;
    if (!stream.isTTY) {
      stream.write(`[${done + 1}/${steps}] ${step} (${left})\n`);
      return;
    }
    const full = Math.round((BAR * done) / steps);
    const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
    stream.write(`${CLEAR_LINE}${bar} ${done + 1}/${steps} ${step} · ${left}`);
  };
}
