import type { FieldKernels, FieldVector } from '@sharemesh/kernels/field';
import { correlation, pool } from '../../../src/demo/collusion.ts';
import type { Sighting, WayName } from '../infer/ways.ts';
import { SIDE } from '../drawing/rasterise.ts';
import { receivedShare } from '../watch/received-share.ts';
import { byId, element } from './element.ts';
import { createHeatMap, createPicture } from './paint.ts';

/** What the attackers work with: all that the servers received, and the digit to compare with. */
interface Loot {
  readonly pixels: Float64Array;
  readonly sighting: Sighting;
}

/** What one kind of attacker makes of it. */
interface Attempt {
  readonly who: string;
  readonly picture: HTMLCanvasElement;
  readonly pixels: Float64Array;
  readonly finding: string;
}

/** Servers that pool what they received, by their indices. */
interface Coalition {
  readonly who: string;
  readonly members: readonly number[];
}

const BRIDGE: readonly Coalition[] = [{ who: 'The bridge', members: [0] }];

/** Each server on its own and, where that is more, all but the last. */
function coalitions(parties: number): Coalition[] {
  const indices = Array.from({ length: parties }, (_, index) => index);
  const alone = indices.map((index) => ({ who: `Server ${index + 1} alone`, members: [index] }));
  const allButOne = { who: `Servers 1 to ${parties - 1} together`, members: indices.slice(0, -1) };
  return parties > 2 ? [...alone, allButOne] : alone;
}

const PIXELS = SIDE * SIDE;
/** "SM", version, kind and binding, then the seed: what follows are the packed coefficients. */
const CIPHERTEXT_HEADER = 52;

/** Buttons that try to get the digit back from what the servers have. */
export function createAttack(kernels: FieldKernels, parties: readonly string[]) {
  const consent = byId<HTMLInputElement>('consent');
  const all = byId<HTMLButtonElement>('attack-all');
  const alone = byId('attack-alone');
  const findings = byId('findings');
  let mode: WayName = 'shares';
  let loot: Loot | undefined;
  let inked: { repaint(): void }[] = [];

  const tell = ({ who, picture, pixels, finding }: Attempt) => {
    const r = correlation(pixels, loot!.pixels);
    const text = `${who}: ${finding} Correlation with your digit: ${r.toFixed(2)}.`;
    findings.prepend(element('li', {}, picture, element('p', {}, text)));
  };
  const forget = () => {
    findings.replaceChildren();
    inked = [];
  };
  const needsDigit = () => {
    findings.replaceChildren(element('li', {}, element('p', {}, 'Draw a digit first.')));
  };
  const sharesOf = ({ sighting }: Loot) =>
    sighting.exchanges.map((exchange) =>
      receivedShare(kernels, exchange, sighting.report.model.digest, PIXELS),
    );

  const attackApart = ({ who, members }: Coalition) => {
    if (!loot) return needsDigit();
    if (mode === 'ckks') return tell(readCiphertext(loot));
    const shares = sharesOf(loot).filter((_, index) => members.includes(index));
    const pixels = shades(shares.reduce((sum, share) => kernels.add(sum, share)));
    tell({
      who,
      picture: createHeatMap(pixels, SIDE, `${who}: what they can draw is noise`),
      pixels,
      finding: 'noise. Every digit would have looked like this.',
    });
  };
  const attackTogether = () => {
    if (!loot) return needsDigit();
    const pixels = pool(kernels, sharesOf(loot), loot.sighting.report.fractionBits);
    const picture = createPicture(pixels, 'What all servers together can draw: your digit');
    inked.push(picture);
    tell({
      who: `All ${parties.length} servers together`,
      picture: picture.canvas,
      pixels,
      finding: 'your digit, exactly. They only had to add up what they received.',
    });
  };

  consent.addEventListener('change', () => (all.disabled = !consent.checked));
  all.addEventListener('click', attackTogether);

  const showButtons = () => {
    alone.replaceChildren(
      ...(mode === 'ckks' ? BRIDGE : coalitions(parties.length)).map((coalition) => {
        const button = element('button', { type: 'button' }, coalition.who);
        button.addEventListener('click', () => attackApart(coalition));
        return button;
      }),
    );
    byId('together').hidden = mode === 'ckks';
    byId('nobody-else').hidden = mode !== 'ckks';
  };
  showButtons();

  return {
    /** New digit, new loot: what was found before is forgotten. */
    offer(next: Loot | undefined) {
      loot = next;
      forget();
    },
    use(next: WayName) {
      if (next !== mode) forget();
      mode = next;
      showButtons();
    },
    /** After a change of colours. */
    repaint: () => inked.forEach((picture) => picture.repaint()),
  };
}

const shades = (share: FieldVector) => Float64Array.from(share, (element) => Number(element) / 2 ** 61);

function readCiphertext({ sighting }: Loot): Attempt {
  const { data } = sighting.exchanges[0]!.inputs[0]!;
  const pixels = Float64Array.from(
    data.subarray(CIPHERTEXT_HEADER, CIPHERTEXT_HEADER + PIXELS),
    (byte) => byte / 255,
  );
  return {
    who: 'The bridge',
    picture: createHeatMap(pixels, SIDE, 'What the bridge can draw: noise'),
    pixels,
    finding:
      'noise. Without the key, which this page keeps, it would have to solve ring learning with errors.',
  };
}
