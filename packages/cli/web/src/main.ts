import { MeshError } from '@sharemesh/client';
import { loadFieldKernels } from '@sharemesh/kernels/field';
import type { PageData } from '../../src/demo/web/page-data.ts';
import { createPad } from './drawing/pad.ts';
import { rasterise } from './drawing/rasterise.ts';
import { createSamples } from './drawing/samples.ts';
import { timePlainly } from './infer/plaintext.ts';
import { largestDifference } from './infer/statistics.ts';
import { openWay } from './infer/ways.ts';
import type { Sighting, WayName } from './infer/ways.ts';
import { createAnswer } from './view/answer.ts';
import { createAttack } from './view/attack.ts';
import { costOf, createCostView } from './view/comparison.ts';
import { byId, element } from './view/element.ts';
import { paintInk } from './view/paint.ts';
import { bytes, percent } from './view/quantities.ts';
import { bridgeCard, shareServerCard } from './view/server-card.ts';
import { createTheme } from './view/theme.ts';

const WAYS: readonly WayName[] = ['shares', 'ckks'];

/** What became of one digit. */
interface Outcome {
  readonly pixels: Float64Array;
  readonly plain: Float64Array;
  readonly sightings: Partial<Record<WayName, Sighting>>;
}

const [data, kernels] = await Promise.all([
  fetch('demo.json').then((response) => response.json() as Promise<PageData>),
  loadFieldKernels(),
]);
const ways = { shares: openWay('shares', data), ckks: openWay('ckks', data) };
const costs = {
  plain: createCostView(byId('cost-plain')),
  shares: createCostView(byId('cost-shares')),
  ckks: createCostView(byId('cost-ckks')),
};
const answer = createAnswer(byId('status'), byId('bars'));
const attack = createAttack(kernels, data.parties);
const preview = byId<HTMLCanvasElement>('preview');
const servers = byId('servers');

let mode: WayName = 'shares';
let outcome: Outcome | undefined;

/** The digit that waits for its turn: only the latest does. */
let next: Float64Array | undefined;
let busy = false;

async function submit(pixels: Float64Array): Promise<void> {
  paintInk(preview, pixels);
  next = pixels;
  if (busy) return;
  busy = document.body.toggleAttribute('data-busy', true);
  for (let digit = take(); digit; digit = take()) await run(digit);
  busy = document.body.toggleAttribute('data-busy', false);
}

function take(): Float64Array | undefined {
  const taken = next;
  next = undefined;
  return taken;
}

/** One digit all three ways: in the clear here, as shares, as a ciphertext. */
async function run(pixels: Float64Array): Promise<void> {
  byId('failure').replaceChildren();
  const plain = timePlainly(data.layer, pixels);
  costs.plain.show({
    milliseconds: plain.milliseconds,
    phases: [],
    sent: `none here; to a server, ${bytes(8 * pixels.length)} that it can read`,
    received: `none here; from a server, ${bytes(8 * plain.output.length)}`,
    error: '0',
  });
  const sightings: Partial<Record<WayName, Sighting>> = {};
  outcome = { pixels, plain: plain.output, sightings };
  // the way that is looked at goes first
  for (const name of WAYS.toSorted((a, b) => Number(b === mode) - Number(a === mode))) {
    try {
      const sighting = await ways[name].infer(pixels);
      sightings[name] = sighting;
      const error = largestDifference(sighting.output, plain.output);
      costs[name].show(costOf(sighting.report, error, ways[name].registered()));
    } catch (error) {
      tellFailure(error);
    }
    if (name === mode) show();
  }
}

function show(): void {
  const sighting = outcome?.sightings[mode];
  if (!outcome || !sighting) {
    servers.replaceChildren(element('p', { className: 'empty' }, 'Nothing yet.'));
    answer.clear();
    attack.offer(undefined);
    return;
  }
  const { pixels, plain } = outcome;
  servers.replaceChildren(
    ...sighting.exchanges.map((exchange) =>
      mode === 'ckks' ? bridgeCard(exchange) : shareServerCard(kernels, exchange, data.model.digest),
    ),
  );
  answer.show(sighting.output, plain);
  attack.offer({ pixels, sighting });
}

function tellFailure(error: unknown): void {
  const text = MeshError.is(error) ? `${error.code}: ${error.message}` : String(error);
  const advice = MeshError.is(error) && error.retryable ? ' It may work again in a moment.' : '';
  byId('failure').replaceChildren(text + advice);
}

function choose(name: WayName): void {
  mode = name;
  document.body.dataset['mode'] = name;
  attack.use(name);
  show();
}

const pad = createPad(byId('pad'), (strokes) => void submit(rasterise(strokes)));
const samples = createSamples(byId('samples'), data.samples, (pixels) => {
  pad.show(pixels);
  void submit(pixels);
});
byId('clear').addEventListener('click', () => {
  pad.clear();
  next = outcome = undefined;
  paintInk(preview, []);
  show();
});
for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=mode]')) {
  radio.addEventListener('change', () => choose(radio.value as WayName));
}
createTheme(byId('theme'), () => {
  pad.repaint();
  samples.repaint();
  attack.repaint();
  paintInk(preview, outcome?.pixels ?? []);
});
byId('accuracy').textContent = percent(data.accuracy);
byId('implementation').textContent =
  kernels.implementation === 'wasm' ? 'WebAssembly' : 'plain TypeScript: WebAssembly is refused here';
if (data.report !== undefined) {
  byId<HTMLAnchorElement>('report').href = data.report;
  byId('report-line').hidden = false;
}
choose(mode);
document.body.dataset['ready'] = '';
