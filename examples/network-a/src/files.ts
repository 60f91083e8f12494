import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the model and the digits are looked for: beside the repository. */
export const defaultFolder = fileURLToPath(new URL('../../../../shared', import.meta.url));

export const networkFile = (folder: string) => join(folder, 'models', 'mnist-network-a-relu.safetensors');
