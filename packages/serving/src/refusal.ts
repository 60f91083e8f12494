import { MeshError, problemTypes } from '@sharemesh/wire';
import type { ProblemCode } from '@sharemesh/wire';

/**
 * A request is refused. Routes and engines throw it; the app answers with the problem of this code.
 *
 * `detail` reaches the client and the logs: shapes and limits only, nothing taken from the request's values.
 */
export class Refusal extends MeshError {
  /** Headers for the answer, such as `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(code, detail, { retryable: problemTypes[code].retryable });
    this.headers = headers;
  }
}
