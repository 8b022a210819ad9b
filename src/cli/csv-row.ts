/** Texts as one row of a CSV file, in quotes where they need them. */
export const csvRow = (fields: readonly string[]): string =>
  fields.map((field) => (/[",;\t\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join();
