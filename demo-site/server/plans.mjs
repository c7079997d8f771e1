// What the plans on the pricing page allow.

export const PLANS = {
  free: { name: "Free", maxCustomers: 5, maxPeople: 2 },
  pro: { name: "Pro", maxCustomers: 500, maxPeople: 5 },
  team: { name: "Team", maxCustomers: 500, maxPeople: 50 },
};
