import type { InferenceReport } from '@sharemesh/client';
import { median } from '../infer/statistics.ts';
import { element } from './element.ts';
import { bytes, milliseconds, tiny } from './quantities.ts';

/** One inference's cost. */
export interface Cost {
  readonly milliseconds: number;
  /** By phase, in order. */
  readonly phases: readonly (readonly [name: string, milliseconds: number])[];
  readonly sent: string;
  readonly received: string;
  readonly error: string;
}

/** Inferences whose times are summed up. */
const REMEMBERED = 25;

/** The cost of one way: figures of the latest inference, and the median of the times. */
export function createCostView(card: HTMLElement): { show(cost: Cost): void } {
  const times: number[] = [];
  const slot = (name: string) => card.querySelector<HTMLElement>(`[data-slot=${name}]`)!;
  return {
    show(cost) {
      times.push(cost.milliseconds);
      if (times.length > REMEMBERED) times.shift();
      slot('time').textContent = milliseconds(cost.milliseconds);
      slot('median').textContent =
        times.length > 1
          ? `median of ${times.length}: ${milliseconds(median(times))}`
          : 'the first: connections are opened';
      slot('phases').replaceChildren(...phaseBar(cost));
      slot('sent').textContent = cost.sent;
      slot('received').textContent = cost.received;
      slot('error').textContent = cost.error;
    },
  };
}

function phaseBar({ phases, milliseconds: total }: Cost): Node[] {
  const bar = element('div', { className: 'phase-bar' });
  bar.setAttribute('aria-hidden', 'true');
  const list = element('ul', { className: 'phase-list' });
  for (const [name, spent] of phases) {
    const piece = element('span', { className: `phase-${name}` });
    piece.style.setProperty('flex-grow', String(Math.max(spent / total, 0.004)));
    bar.append(piece);
    const swatch = element('i', { className: `phase-${name}` });
    list.append(element('li', {}, swatch, `${name} ${milliseconds(spent)}`));
  }
  return [bar, list];
}

/** What a report says, for the card. `registered`: bytes that went ahead of all inferences. */
export function costOf(
  { milliseconds, phases, parties }: InferenceReport,
  error: number,
  registered: number,
): Cost {
  const sum = (of: 'bytesUp' | 'bytesDown') => parties.reduce((total, party) => total + party[of], 0);
  return {
    milliseconds,
    phases: Object.entries(phases),
    sent: bytes(sum('bytesUp')) + (registered > 0 ? `, and once a public key of ${bytes(registered)}` : ''),
    received: bytes(sum('bytesDown')),
    error: tiny(error),
  };
}
