import type { Random } from "../random";

/** A day of the Gregorian calendar. Months count from 1. */
export interface CalendarDate {
  year: number;
  month: number;
  day: number;
}

const months = "January February March April May June July August September October November December".split(
  " ",
);
const weekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const short = (name: string): string => name.slice(0, 3);
const monthOf = ({ month }: CalendarDate): string => months[month - 1];
const weekdayOf = ({ year, month, day }: CalendarDate): string =>
  weekdays[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
const two = (n: number): string => String(n).padStart(2, "0");

/** Ways to write a date, each named by how it writes March 3, 2021. With slashes the month comes first, with dots the day. */
export const dateFormats = {
  "March 3, 2021": (date) => `${monthOf(date)} ${date.day}, ${date.year}`,
  "Mar 3, 2021": (date) => `${short(monthOf(date))} ${date.day}, ${date.year}`,
  "3 March 2021": (date) => `${date.day} ${monthOf(date)} ${date.year}`,
  "3 Mar 2021": (date) => `${date.day} ${short(monthOf(date))} ${date.year}`,
  "Wed 3 Mar 2021": (date) => `${short(weekdayOf(date))} ${date.day} ${short(monthOf(date))} ${date.year}`,
  "Wednesday, March 3, 2021": (date) => `${weekdayOf(date)}, ${monthOf(date)} ${date.day}, ${date.year}`,
  "2021 March 3": (date) => `${date.year} ${monthOf(date)} ${date.day}`,
  "3/3/21": (date) => `${date.month}/${date.day}/${two(date.year % 100)}`,
  "03.03.2021": (date) => `${two(date.day)}.${two(date.month)}.${date.year}`,
} satisfies Record<string, (date: CalendarDate) => string>;

export type DateFormat = keyof typeof dateFormats;

/** The date as ISO 8601 has it: 2021-03-03. */
export function isoDate({ year, month, day }: CalendarDate): string {
  return `${year}-${two(month)}-${two(day)}`;
}

/**
 * All days of the years 1970 to 2069 in random order, cut in two: a hundred years, so that two digits tell the year.
 * @param share of the days that are held out
 */
export function splitDates(
  share: number,
  random: Random,
): { train: CalendarDate[]; heldOut: CalendarDate[] } {
  const all: CalendarDate[] = [];
  for (let year = 1970; year < 2070; year++) {
    for (let month = 1; month <= 12; month++) {
      const days = new Date(Date.UTC(year, month, 0)).getUTCDate(); // day 0 is the last of the month before
      for (let day = 1; day <= days; day++) all.push({ year, month, day });
    }
  }
  const shuffled = random.shuffle(all);
  const count = Math.round(share * all.length);
  return { train: shuffled.slice(count), heldOut: shuffled.slice(0, count) };
}
