import { InvalidArgumentError } from 'commander';

/** A parser of flags that takes integers in a range. */
export const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It is an integer from ${min} to ${max}.`);
    }
    return value;
  };

/** A parser of flags that may be given several times. */
export const repeated = (text: string, before: readonly string[] = []): string[] => [...before, text];
