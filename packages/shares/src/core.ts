// What additive sharing needs, in the order in which an input passes through: encode, share, reconstruct, decode.
export { MAX_PARTIES, P, centre, equalVectors, mod, modInverse, modPower } from './field.ts';
export type { FieldVector } from './field.ts';
export { fieldFromBytes, fieldToBytes, packField, packedByteLength, unpackField } from './field-codec.ts';
export { SEED_BYTES, randomField, randomSeed } from './random.ts';
export { certify, certifyUnit } from './overflow-certificate.ts';
export type { OverflowCertificate, OverflowQuestion } from './overflow-certificate.ts';
export { MAX_FRACTION_BITS, decode, encode, maxMagnitude } from './fixed-point.ts';
export { bindingBytes, expandSeed } from './xof.ts';
export type { SeedPurpose, ShareBinding } from './xof.ts';
export { bindingOf, drawMasks } from './share.ts';
export type { SeedShare, Share, SharingBinding, SharingOptions, VectorShare } from './share.ts';
export { correctionVector, reconstructAdditive, shareAdditive } from './additive.ts';
