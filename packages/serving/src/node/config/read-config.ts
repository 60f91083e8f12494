import { MeshError } from '@sharemesh/wire';
import type * as z from 'zod/mini';
import { NOT_AN_ORIGIN } from '../../access/cross-origin.ts';
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
  const settings = ownVariables(environment);
  const known = new Set([...fields.map(environmentName), ...OTHER_VARIABLES]);
  const typos = Object.keys(settings).filter((name) => !known.has(name));
  if (typos.length > 0) throw invalid(`there is no setting ${typos.join(', ')} in the environment`);
  const empty = Object.keys(settings).filter((name) => settings[name] === '');
  if (empty.length > 0) throw invalid(`${empty.join(', ')} is empty: give it a value, or do not set it`);
  const given = fields.flatMap((field) => {
    const value = flags[field] ?? settings[environmentName(field)] ?? defaults[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = String(issue?.path[0]);
    // only messages of our own: others may quote the value
    const why = issue?.message === NOT_AN_ORIGIN ? NOT_AN_ORIGIN : 'is out of range';
    throw invalid(`${field} (${environmentName(field)}): ${why}`);
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

/** Variables of ours that are no setting of an engine: the command reads them. */
const OTHER_VARIABLES = ['SHAREMESH_SCHEME'];

/**
 * What Kubernetes sets in every container for a service whose name begins with `sharemesh`: SHAREMESH_SERVICE_HOST,
 * SHAREMESH_A_SERVICE_PORT_HTTPS, SHAREMESH_PORT_8701_TCP_ADDR and the like, and SHAREMESH_PORT=tcp://….
 */
const isOfKubernetes = (name: string, value: string): boolean =>
  /_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.test(name) ||
  /_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name) ||
  (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value));

/** The variables that are meant for a server of ours. */
function ownVariables(environment: Values<string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        entry[0].startsWith('SHAREMESH_') && entry[1] !== undefined && !isOfKubernetes(entry[0], entry[1]),
    ),
  );
}
