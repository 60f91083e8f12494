import { count } from '@sharemesh/wire';
import * as z from 'zod/mini';
import { NOT_AN_ORIGIN, readOrigin } from '../../access/cross-origin.ts';

// What a setting may be, as a value of a program or as the text of a flag or an environment variable.

const digits = z.string().check(z.regex(/^[0-9]{1,15}$/));

export const number = (max: number, min = 0) =>
  z.pipe(z.pipe(z.union([z.number(), digits]), z.transform(Number)), count(max, min));

export const flag = z.pipe(
  z.union([z.boolean(), z.enum(['true', 'false', '1', '0'])]),
  z.transform((value) => value === true || value === 'true' || value === '1'),
);

/** As text: with commas between. */
export const list = z.pipe(
  z.union([z.array(z.string()), z.string()]),
  z.transform((value) =>
    (typeof value === 'string' ? value.split(',') : value).map((item) => item.trim()).filter(Boolean),
  ),
);

/** A list of origins of web pages, each in the one spelling that browsers send. */
export const origins = z.pipe(
  list,
  z.pipe(
    z.array(z.string().check(z.refine((text) => readOrigin(text) !== undefined, { error: NOT_AN_ORIGIN }))),
    z.transform((texts: string[]) => [...new Set(texts.map((text) => readOrigin(text)!))]),
  ),
);

/** A list of some of these names, at least one, none twice. */
export const names = <const Name extends string>(allowed: readonly Name[]) =>
  z.pipe(
    list,
    z.array(z.enum(allowed)).check(
      z.minLength(1),
      z.refine((chosen) => new Set(chosen).size === chosen.length),
    ),
  );

export const path = z.string().check(z.minLength(1));
