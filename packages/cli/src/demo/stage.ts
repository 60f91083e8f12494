import { spawn } from 'node:child_process';
import { KillOnSignal, KillOthers, LogError, LogOutput, Logger, createConcurrently } from 'concurrently';
import type { Command } from 'concurrently';
import { EXIT_CODES } from '../exit-code.ts';
import { colorVariables } from '../terminal/color-depth.ts';
import { openTerminal } from '../terminal/terminal.ts';
import type { Actor, Cast } from './cast.ts';
import { ReadyMessage } from './messages.ts';

/**
 * Run all processes of the demo in this terminal, each line under the name of who wrote it, until the client is done.
 * @returns the exit code: that of the client, or of whichever server failed before it
 */
export async function perform(cast: Cast): Promise<number> {
  const { depth, colors, print } = openTerminal();
  print(['', colors.bold(`Sharemesh demo: ${cast.title}`), '']);

  const interruption = watchSignals();
  const actors = [...cast.servers, cast.client];
  const logger = new ActorLogger(actors);
  logger.toggleColors(depth > 1);
  const { commands, result } = createConcurrently(
    actors.map(({ name, color }) => ({
      name,
      command: name,
      prefixColor: color,
      ipc: 3,
      env: colorVariables(depth),
    })),
    {
      spawn: spawnActor(actors),
      kill: killIfAlive,
      logger,
      outputStream: process.stdout,
      successCondition: 'command-client',
      controllers: [
        new LogError({ logger }),
        new LogOutput({ logger }),
        new KillOnSignal({ process }),
        new KillOthers({ logger, conditions: ['success', 'failure'], killSignal: 'SIGTERM' }),
      ],
    },
  );
  introduce(commands, cast);
  try {
    await result;
    return interruption.exitCode() ?? EXIT_CODES.done.code;
  } catch (events) {
    return interruption.exitCode() ?? firstFailure(events as readonly { exitCode: string | number }[]);
  } finally {
    interruption.unwatch();
  }
}

/** Was the demo stopped from outside? Shells expect 128 and the signal's number then. */
function watchSignals() {
  let code: number | undefined;
  const onInterrupt = () => (code = EXIT_CODES.interrupted.code);
  const onTerminate = () => (code = EXIT_CODES.terminated.code);
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  return {
    exitCode: () => code,
    unwatch: () => void process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate),
  };
}

/**
 * Each actor is this very program again, with other arguments. Without a shell there is nothing to quote, and a signal
 * reaches the process itself.
 */
function spawnActor(actors: readonly Actor[]) {
  const self = [...process.execArgv, process.argv[1]!];
  return (name: string, options: Parameters<typeof spawn>[2]) =>
    spawn(process.execPath, [...self, ...actors.find((actor) => actor.name === name)!.arguments], options);
}

function killIfAlive(pid: number, signal?: string): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended by itself in the meantime
  }
}

/** Servers choose free ports and say which; once all have, the client hears of them. */
function introduce(commands: readonly Command[], cast: Cast): void {
  const urls = new Map<string, string>();
  const client = commands.find(({ name }) => name === cast.client.name)!;
  for (const command of commands) {
    command.messages.incoming.subscribe(({ message }) => {
      urls.set(command.name, ReadyMessage.parse(message).ready);
      if (urls.size < cast.servers.length) return;
      // a client that is gone already has said why
      client.send({ servers: cast.servers.map(({ name }) => urls.get(name)) }).catch(() => undefined);
    });
  }
}

function firstFailure(events: readonly { exitCode: string | number }[]): number {
  const { exitCode } =
    events.find((event) => typeof event.exitCode === 'number' && event.exitCode !== 0) ?? {};
  return typeof exitCode === 'number' ? exitCode : EXIT_CODES.unexpected.code;
}

/** Puts the names in a column of their own, and keeps quiet about starts and ends. */
class ActorLogger extends Logger {
  readonly #width: number;

  constructor(actors: readonly Actor[]) {
    super({});
    this.#width = Math.max(...actors.map(({ name }) => name.length));
  }

  override getPrefix(command: Command): string {
    return `${command.name.padEnd(this.#width)} │`;
  }

  override logGlobalEvent(): void {}

  override logCommandEvent(): void {}
}
