import type { EncryptionParameters } from '@sharemesh/wire';
import type { Terminal } from '../../terminal/terminal.ts';
import { heading } from './heading.ts';

/** What the privacy of the digit rests on here, and what is not promised. */
export function trustScene(terminal: Terminal, parameters: EncryptionParameters): string[] {
  const { colors } = terminal;
  const { poly_modulus_degree: degree, coeff_modulus_bits: modulus } = parameters;
  const bits = modulus.reduce((sum, prime) => sum + prime, 0);
  return [
    ...heading(terminal, 5, 'Who must be trusted?'),
    colors.bold('With the digit: nobody.'),
    `Reading it takes solving RLWE at n = ${degree}, log q = ${bits}: 128 bits.`,
    colors.bold('With the answer: the server.'),
    'It could use any weights, unnoticed. Shares can be verified.',
    colors.bold('With what is decrypted: nobody but you.'),
    'Logits of CKKS, shown to the server, can give the key away.',
    colors.dim('Compare: sharemesh demo, whose servers must not pool their shares.'),
    colors.dim('Not audited. See THREAT_MODEL.md and docs/rlwe.md.'),
    '',
  ];
}
