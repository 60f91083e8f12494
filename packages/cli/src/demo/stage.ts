import { spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';
import { KillOnSignal, KillOthers, LogError, LogOutput, Logger, createConcurrently } from 'concurrently';
import type { Command } from 'concurrently';
import { digitsBundle } from '@sharemesh/model/demo';
import { EXIT_CODES } from '../exit-code.ts';
import { colorVariables } from '../terminal/color-depth.ts';
import { openTerminal } from '../terminal/terminal.ts';
import type { Actor, Cast } from './cast.ts';
import type { ClientStart, ServerReady, ServerStart } from './messages.ts';

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
  direct(commands, cast);
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
  return (name: string, options: SpawnOptions) => {
    const words = actors.find((actor) => actor.name === name)!.arguments;
    // the messages hold typed arrays, which JSON has not
    return spawn(process.execPath, [...self, ...words], { ...options, serialization: 'advanced' });
  };
}

function killIfAlive(pid: number, signal?: string): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended by itself in the meantime
  }
}

/** Gives the servers their model; once all of them say on which port they serve it, the client hears of them. */
function direct(commands: readonly Command[], cast: Cast): void {
  // while the processes start
  const classifier = digitsBundle();
  const client = commands.find(({ name }) => name === cast.client.name)!;
  const urls = new Map<string, string>();
  for (const server of commands.filter((command) => command !== client)) {
    tell<ServerStart>(server, { bundle: classifier.bundle });
    server.messages.incoming.subscribe(({ message }) => {
      urls.set(server.name, (message as ServerReady).url);
      if (urls.size < cast.servers.length) return;
      tell<ClientStart>(client, { servers: cast.servers.map(({ name }) => urls.get(name)!), classifier });
    });
  }
}

/** A process that is gone already has said why. */
const tell = <Message extends object>(command: Command, message: Message): void =>
  void command.send(message).catch(() => undefined);

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
