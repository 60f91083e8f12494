import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';

/** A page with everything noted that it should not do. */
export interface OpenedPage {
  readonly page: Page;
  /** All requests, in the order in which they were made. */
  readonly requests: readonly Request[];
  /** What the console called an error, and what was thrown. */
  readonly errors: readonly string[];
  /** Directives of the Content Security Policy that something went against. */
  violations(): Promise<string[]>;
}

declare global {
  interface Window {
    violated?: string[];
  }
}

/** Open an address in a profile of its own, and wait until the page is ready. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const requests: Request[] = [];
  const errors: string[] = [];
  context.on('request', (request) => requests.push(request));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await page.addInitScript(() => {
    const violated: string[] = (window.violated = []);
    document.addEventListener('securitypolicyviolation', (event) =>
      violated.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  await page.goto(url);
  await page.waitForSelector('body[data-ready]');
  return { page, requests, errors, violations: () => page.evaluate(() => window.violated ?? []) };
}
