import type { Mode } from './lane.ts';

const shamir = (threshold: number, surplus?: 'detect' | 'correct') =>
  ({ scheme: 'shamir', threshold, ...(surplus && { surplus }) }) as const;
const verified = { verification: 'freivalds' } as const;
const cross = { verification: 'cross' } as const;

/** Both schemes, with and without checks, seeds, packing and preparation. */
export const modes: readonly Mode[] = [
  { name: 'additive, 2 parties', parties: 2, options: {}, verified: false },
  { name: 'additive, 3 parties, no seeds', parties: 3, options: { seeded: false }, verified: false },
  { name: 'additive, 2 parties, verified', parties: 2, options: verified, verified: true },
  {
    name: 'additive, 3 parties, verified, packed',
    parties: 3,
    options: { ...verified, packed: true },
    verified: true,
  },
  {
    name: 'additive, 2 parties, verified, prepared',
    parties: 2,
    options: verified,
    verified: true,
    prepared: true,
  },
  { name: 'shamir, 2 of 3', parties: 3, options: { sharing: shamir(2) }, verified: false },
  {
    name: 'shamir, 3 of 5, correcting',
    parties: 5,
    options: { sharing: shamir(3, 'correct') },
    verified: false,
  },
  {
    name: 'shamir, 2 of 3, verified',
    parties: 3,
    options: { sharing: shamir(2), ...verified },
    verified: true,
  },
  {
    name: 'shamir, 3 of 5, verified',
    parties: 5,
    options: { sharing: shamir(3), ...verified },
    verified: true,
  },
  { name: 'additive, 3 parties, cross-verified', parties: 3, options: cross, verified: true },
  {
    name: 'shamir, 2 of 3, cross-verified',
    parties: 3,
    options: { sharing: shamir(2), ...cross },
    verified: true,
  },
];

export const verifiedModes = modes.filter((mode) => mode.verified);
export const unverifiedModes = modes.filter((mode) => !mode.verified);
