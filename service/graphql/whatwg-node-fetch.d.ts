/** In place of the package's own types (tsconfig.json): those bring the browser's globals into every file of the project. */
export {};
