/** What only staff read. */
export const staff = {
  visitor: "Visitor",
  writeNote: "Write a note that only your team can see",
  addNote: "Add note",
  note: "Private note",
  team: { "": "Removed from its team", other: "Given to team #" },
  priority: {
    low: "Low priority",
    normal: "Normal priority",
    high: "High priority",
    urgent: "Urgent",
  },
  language: { "": "Any language", other: "To be answered in #" },
  contactIs: "The visitor is #",
};
