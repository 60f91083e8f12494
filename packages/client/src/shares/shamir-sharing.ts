import { correctShamir, reconstructShamir, shareShamir } from '@sharemesh/shares/threshold';
import type { SharingChoice } from '../options.ts';
import { gatherEnough } from './gather.ts';
import { admitEnough } from './shamir-members.ts';
import type { Sharing } from './sharing.ts';

type ShamirChoice = Extract<SharingChoice, { readonly scheme: 'shamir' }>;

/** Any `threshold` replies reconstruct; what comes beyond them is compared with them, to detect wrong ones or to correct them. */
export const shamirSharing = ({ threshold, surplus = 'detect' }: ShamirChoice, parties: number): Sharing => ({
  scheme: 'shamir',
  parties,
  threshold,
  admit: (admission) => admitEnough(threshold, admission),
  share: (kernels, secret, options) => shareShamir(kernels, secret, { ...options, parties, threshold }),
  gather: (requests, options) => gatherEnough(requests, threshold, options),
  reconstruct(kernels, replies) {
    const { vector, disagreeing } =
      surplus === 'correct'
        ? correctShamir(kernels, replies, threshold)
        : { vector: reconstructShamir(kernels, replies, threshold), disagreeing: [] };
    return { vector, agreement: { surplus: replies.length - threshold, disagreeing } };
  },
});
