/* The verb `decide` as a program of its own, so that its test does not wait for the rooms that
 * it does not need. */
int verb_decide(int argc, char **argv);
int main(int argc, char **argv) { return verb_decide(argc, argv); }
