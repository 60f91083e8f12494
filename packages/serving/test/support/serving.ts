import { createApp } from '@sharemesh/serving';
import type { AppOptions, ServingApp } from '@sharemesh/serving';
import { TestEngine } from './test-engine.ts';
import { read } from './requests.ts';
import type { Answer } from './requests.ts';

export const party = { operator: 'test', software: { name: 'test', version: '0' } };

/** An app over the test engine, and a way to ask it. */
export function createTestApp(options: Partial<AppOptions> = {}): {
  readonly serving: ServingApp;
  readonly ask: (path: string, init?: RequestInit) => Promise<Answer>;
} {
  const serving = createApp({ engines: [new TestEngine()], party, ...options });
  return { serving, ask: (path, init) => read(serving.app.request(path, init)) };
}

export const textOf = ({ body }: Answer): string => new TextDecoder().decode(body);
export const jsonOf = (answer: Answer): unknown => JSON.parse(textOf(answer));
