/**
 * Text from a server, a bundle or a file, for a terminal: control characters (C0, DEL, C1) and those that turn the direction
 * of writing or cannot be seen stand as \\u and four digits, so that none of them moves the cursor or hides what it says.
 */
export const escapeControls = (text: string): string =>
  text.replace(
    // eslint-disable-next-line no-control-regex -- these are what it is about
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
