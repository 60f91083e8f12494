// A process: a longer cable to another server. It is one of its own so that its timing does not depend on how busy the
// measuring process is.
import { delayProxy } from '../network/delay-proxy.ts';
import { announceReady } from './ready.ts';

const [target, rtt] = process.argv.slice(2).map(Number) as [number, number];
announceReady(delayProxy(target, rtt));
