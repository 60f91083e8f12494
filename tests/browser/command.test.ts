import { describe, expect, it } from 'vitest';
import { sharemesh } from '../demo/processes.ts';

describe('sharemesh demo --web', () => {
  it('prints an address, serves the page under a strict policy, and leaves nothing behind', async () => {
    const command = sharemesh(['demo', '--web']);
    const [, url] = await command.says(/ready (http:\/\/127\.0\.0\.1:\d+)/);
    const page = await fetch(url!);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).toContain("style-src 'self'");
    expect(policy).not.toContain('unsafe-inline');
    const html = await page.text();
    expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)| on[a-z]+=|https?:/);

    const plain = await fetch(`${url}/?plain`);
    expect(plain.headers.get('content-security-policy')).toContain("script-src 'self';");
    const { parties, bridge } = (await (await fetch(`${url}/demo.json`)).json()) as {
      parties: string[];
      bridge: string;
    };
    expect(new Set([url, ...parties, bridge]).size).toBe(4);
    for (const server of [...parties, bridge]) {
      const allowed = await fetch(`${server}/v1/models`, { headers: { origin: url! } });
      expect(allowed.headers.get('access-control-allow-origin')).toBe(url);
      const other = await fetch(`${server}/v1/models`, { headers: { origin: 'https://elsewhere.example' } });
      expect(other.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect((await fetch(`${url}/package.json`)).status).toBe(404);
    expect((await fetch(url!, { method: 'POST' })).status).toBe(405);

    command.child.kill('SIGINT');
    expect(await command.ended).toBe(0);
    await expect(fetch(url!)).rejects.toThrow();
  });
});
