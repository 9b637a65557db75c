package dev.bulwark.access;

/** How much of a denial a message tells, from all to least. */
enum MessageContent {
  ALL,
  WITHOUT_CONTEXT,
  WITHOUT_STATEMENT
}
