// Receipts for replies, proofs that a signed reply is wrong, and what the owner of a model signs.
export {
  RECEIPT_HEADER,
  createReceiptSigner,
  formatReceipt,
  generatePartyKey,
  readReceipt,
  receiptBytes,
  signReceipt,
  statementOf,
  verifyReceipt,
} from './receipts.ts';
export type { Exchange, Message, PartyKey, Receipt, ReceiptStatement } from './receipts.ts';
export { FRAUD_PROOF_FORMAT, FraudProofFile, decodeFraudProof, encodeFraudProof } from './fraud-proof.ts';
export type { FraudProof } from './fraud-proof.ts';
export { checkFraudProof } from './fraud-check.ts';
export type { FraudVerdict, FraudVerdictCode } from './fraud-check.ts';
export { openSignature } from './model-statement.ts';
export type { ModelStatement, SignedFile } from './model-statement.ts';
export { openChecks } from './checks.ts';
export type { OpenChecksOptions } from './checks.ts';
