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

  const tell = ({ who, picture, pixels, finding }: Attempt) => {
    const r = correlation(pixels, loot!.pixels);
    const text = `${who}: ${finding} Correlation with your digit: ${r.toFixed(2)}.`;
    findings.prepend(element('li', {}, picture, element('p', {}, text)));
  };
  const needsDigit = () => {
    findings.replaceChildren(element('li', {}, element('p', {}, 'Draw a digit first.')));
  };
  const sharesOf = ({ sighting }: Loot) =>
    sighting.exchanges.map((exchange) =>
      receivedShare(kernels, exchange, sighting.report.model.digest, PIXELS),
    );

  const attackAlone = (index: number) => {
    if (!loot) return needsDigit();
    if (mode === 'ckks') return tell(readCiphertext(loot));
    const pixels = shades(sharesOf(loot)[index]!);
    tell({
      who: `Server ${index + 1} alone`,
      picture: createHeatMap(pixels, SIDE, `What server ${index + 1} alone can draw: noise`),
      pixels,
      finding: 'noise. Every digit would have looked like this.',
    });
  };
  const attackTogether = () => {
    if (!loot) return needsDigit();
    const pixels = pool(kernels, sharesOf(loot), loot.sighting.report.fractionBits);
    tell({
      who: `All ${parties.length} servers together`,
      picture: createPicture(pixels, 'What all servers together can draw: your digit').canvas,
      pixels,
      finding: 'your digit, exactly. They only had to add up what they received.',
    });
  };

  consent.addEventListener('change', () => (all.disabled = !consent.checked));
  all.addEventListener('click', attackTogether);

  const showButtons = () => {
    const names = mode === 'ckks' ? ['The bridge'] : parties.map((_, k) => `Server ${k + 1} alone`);
    alone.replaceChildren(
      ...names.map((name, index) => {
        const button = element('button', { type: 'button' }, name);
        button.addEventListener('click', () => attackAlone(index));
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
      findings.replaceChildren();
    },
    use(next: WayName) {
      if (next !== mode) findings.replaceChildren();
      mode = next;
      showButtons();
    },
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
