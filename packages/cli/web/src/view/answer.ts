import { argmax, softmax } from '../infer/statistics.ts';
import { element } from './element.ts';
import { percent } from './quantities.ts';

export interface AnswerView {
  show(output: Float64Array, plain: Float64Array): void;
  clear(): void;
}

/** The model's answer: one line that is read out, and a bar for each digit. */
export function createAnswer(status: HTMLElement, list: HTMLElement): AnswerView {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = element('span', { className: 'fill' });
    const value = element('span', { className: 'value' });
    const row = element(
      'li',
      {},
      element('span', { className: 'digit' }, String(digit)),
      element('span', { className: 'bar' }, bar),
      value,
    );
    list.append(row);
    return { row, bar, value };
  });

  const draw = (probabilities: Float64Array | undefined) => {
    const best = probabilities && argmax(probabilities);
    rows.forEach(({ row, bar, value }, digit) => {
      const part = probabilities?.[digit];
      row.classList.toggle('best', digit === best);
      bar.style.setProperty('inline-size', `${100 * (part ?? 0)}%`);
      value.textContent = part === undefined ? '–' : percent(part);
    });
  };
  const clear = () => {
    status.replaceChildren('Draw a digit, or pick one.');
    draw(undefined);
  };
  clear();

  return {
    clear,
    show(output, plain) {
      const probabilities = softmax(output);
      const digit = argmax(probabilities);
      const same = digit === argmax(plain);
      status.replaceChildren(
        element('strong', { className: 'verdict' }, String(digit)),
        element(
          'span',
          {},
          ` ${percent(probabilities[digit]!)} sure. In the clear: ${same ? 'the same' : `a ${argmax(plain)}`}.`,
        ),
      );
      draw(probabilities);
    },
  };
}
