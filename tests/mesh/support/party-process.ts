/** One party as a process of its own, started by `startParty`. It ends with its parent. */
import { parseConfig, startShareServer } from '@sharemesh/share-server/node';

const config = parseConfig(JSON.parse(process.argv[2]!) as Record<string, unknown>);
const server = await startShareServer(config);
process.send!({ url: server.url });
process.once('disconnect', () => process.exit());
process.once('SIGTERM', () => void server.close(2_000).then(() => process.exit()));
