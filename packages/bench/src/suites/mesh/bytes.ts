import type { WeightBits } from '@sharemesh/model';
import { randomInputs, shapeById } from '../../shapes.ts';
import type { Shape } from '../../shapes.ts';
import type { Lab } from '../../suite.ts';
import { targets } from '../../targets.ts';
import { sharesFloor } from './floor.ts';
import { Stand } from './stand.ts';

/** Room for the JSON of each request and each reply. */
const ENVELOPE = 300;

const BITS: WeightBits = 14;

/** Many inputs, few outputs: what goes up does not depend on the outputs. */
const WIDE: Shape = { id: '4096x10', title: '4096→10', sizes: [4096, 10] };

interface Traffic {
  readonly title: string;
  readonly up: number;
  readonly down: number;
  readonly floor: { readonly up: number; readonly down: number };
}

/** Bytes of whole bodies, counted and not timed, against the least that shares take and an envelope for each. */
export async function measureBytes(lab: Lab): Promise<void> {
  const { record, scope } = lab;
  const traffic: Traffic[] = [];
  let packed: Traffic | undefined;
  for (const shape of [shapeById('256x10')!, shapeById('784x128')!, shapeById('1024x1024')!, WIDE]) {
    const stand = await Stand.open(lab, shape, {
      parties: Math.max(...scope.parties),
      bits: [BITS],
      plain: [],
    });
    try {
      for (const parties of scope.parties) traffic.push(await count(stand, shape, parties));
      if (shape === WIDE) packed = await count(stand, shape, 2, true);
    } finally {
      await stand.close();
    }
  }
  const worst = (of: 'up' | 'down') =>
    traffic.toSorted((a, b) => b[of] / b.floor[of] - a[of] / a.floor[of])[0]!;
  for (const [target, of] of [
    [targets.bytesUp, 'up'],
    [targets.bytesDown, 'down'],
  ] as const) {
    const most = worst(of);
    record.figure(target, most[of] / most.floor[of], {
      sides: {
        unit: 'B',
        values: [
          { title: most.title, value: most[of] },
          { title: 'allowed', value: most.floor[of] },
        ],
      },
    });
  }
  const plainest = 8 * WIDE.sizes[0]!;
  record.figure(targets.bytesPacked, packed!.up / plainest, {
    sides: {
      unit: 'B',
      values: [
        { title: packed!.title, value: packed!.up },
        { title: '8·d', value: plainest },
      ],
    },
  });
}

async function count(stand: Stand, shape: Shape, parties: number, packed = false): Promise<Traffic> {
  const caller = await stand.shares(parties, { bits: BITS, packed });
  const { bytesUp, bytesDown } = await caller.call(randomInputs(shape, 1), 1);
  const { up, down } = sharesFloor(shape, 1, parties);
  return {
    title: `${shape.title}, ${parties} parties`,
    up: bytesUp,
    down: bytesDown,
    floor: { up: up + ENVELOPE * parties, down: down + ENVELOPE * parties },
  };
}
