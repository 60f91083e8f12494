// A reply's receipt, the proof that a receipt is for a wrong reply, and what the model's owner signs.
export {
  createReceiptSigner,
  formatReceipt,
  generatePartyKey,
  readReceipt,
  receiptBytes,
  signReceipt,
} from './receipts.ts';
export { RECEIPT_HEADER, statementOf, verifyReceipt } from './receipts.ts';
export type { Exchange, Message, PartyKey, Receipt, ReceiptSigner, ReceiptStatement } from './receipts.ts';
export { FRAUD_PROOF_FORMAT, FraudProofFile, decodeFraudProof, encodeFraudProof } from './fraud-proof.ts';
export type { FraudProof } from './fraud-proof.ts';
export { checkFraudProof } from './fraud-check.ts';
export type { FraudVerdict, FraudVerdictCode } from './fraud-check.ts';
export { openSignature } from './model-statement.ts';
export type { ModelStatement, SignedFile } from './model-statement.ts';
export { openChecks } from './checks.ts';
export type { OpenChecksOptions } from './checks.ts';
