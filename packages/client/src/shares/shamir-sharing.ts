import { correctShamir, reconstructShamir, shareShamir } from '@sharemesh/shares/threshold';
import { gatherEnough } from './gather.ts';
import type { Sharing } from './sharing.ts';

/** Any `threshold` replies reconstruct; what comes beyond them shows, and corrects, wrong ones. */
export const shamirSharing = (threshold: number, parties: number): Sharing => ({
  scheme: 'shamir',
  parties,
  threshold,
  share: (kernels, secret, options) => shareShamir(kernels, secret, { ...options, parties, threshold }),
  gather: (requests, options) => gatherEnough(requests, threshold, options),
  reconstruct: (kernels, replies) =>
    replies.length > threshold
      ? correctShamir(kernels, replies, threshold)
      : { vector: reconstructShamir(kernels, replies, threshold), liars: [] },
});
