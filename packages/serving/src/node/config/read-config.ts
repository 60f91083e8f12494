import { MeshError } from '@sharemesh/wire';
import type * as z from 'zod/mini';
import type { ServerConfig } from './server-config.ts';

type Values<Of> = Readonly<Record<string, Of>>;

/** `maxBatchSize` → `SHAREMESH_MAX_BATCH_SIZE`. */
export const environmentName = (field: string): string =>
  `SHAREMESH_${field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** A schema whose fields are those of every server, and an engine's own. */
type ConfigSchema = z.ZodMiniObject & z.ZodMiniType<ServerConfig>;

/**
 * A whole configuration from flags, then the environment, then defaults.
 * @throws MeshError INVALID_CONFIG naming the setting; not its value, which may be a secret
 */
export function readConfig<Schema extends ConfigSchema>(
  schema: Schema,
  defaults: Values<unknown>,
  flags: Values<unknown>,
  environment: Values<string | undefined>,
): z.output<Schema> {
  const fields = Object.keys(schema.shape);
  const unknown = Object.keys(flags).filter((name) => !fields.includes(name));
  if (unknown.length > 0) throw invalid(`there is no setting ${unknown.join(', ')}`);
  const given = fields.flatMap((field) => {
    const value = flags[field] ?? environment[environmentName(field)] ?? defaults[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0]);
    throw invalid(`${field} (${environmentName(field)}) is out of range`);
  }
  const config = parsed.data as z.output<Schema>;
  if (config.models.length === 0) throw invalid(`models (${environmentName('models')}) names no folder`);
  if ((config.tlsKey === undefined) !== (config.tlsCert === undefined)) {
    throw invalid('tlsKey and tlsCert go together');
  }
  if (config.tlsClientCa !== undefined && config.tlsKey === undefined) {
    throw invalid('tlsClientCa needs tlsKey');
  }
  return config;
}

const invalid = (message: string) => new MeshError('INVALID_CONFIG', message);
