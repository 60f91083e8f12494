import type { EncryptionParameters } from '@sharemesh/wire';
import { bytes } from '../../terminal/quantities.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { heading } from './heading.ts';

/** Header and seed, which stand before the residues of a key or a ciphertext. */
const FRONT_BYTES = 52;

/** What the client does with the digit before it sends it. */
export function encryptScene(terminal: Terminal, parameters: EncryptionParameters): string[] {
  const { poly_modulus_degree: degree, coeff_modulus_bits: modulus } = parameters;
  const bits = modulus.reduce((sum, prime) => sum + prime, 0);
  return [
    ...heading(terminal, 2, 'Encrypt it: 256 pixels in one ciphertext, under a fresh key'),
    `CKKS: two polynomials of ${degree.toLocaleString('en-US')} coefficients of ${bits} bits, of which`,
    'one travels as a seed. The key that opens it stays in this process.',
    `The server has a public one, ${bytes((degree * bits) / 8 + FRONT_BYTES)}, to blind its replies with.`,
    terminal.colors.dim('The server now draws what it received:'),
    '',
  ];
}
