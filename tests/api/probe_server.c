// The fixture of the unit tests as a program: prints where it listens and its credentials as one JSON object, ends with its input.
#include "tests.h"
#include "api_fixture.h"
#include <stdio.h>

int main(void)
{
    fixture *x = fixture_open(2, 64, 0);
    fixture_gate_open(x);
    printf("{\"url\":\"http://127.0.0.1:%d\",\"login\":\"" STR_FMT "\",\"password\":\"" STR_FMT "\",\"keys\":{", api_port(x->api),
           STR_ARG(x->login), STR_ARG(x->password));
    for (int s = 0; s < KEY_SCOPE_COUNT; s++)
        printf("%s\"%s\":\"" STR_FMT "\"", s ? "," : "", key_scope_labels.labels[s], STR_ARG(x->key[s]));
    printf("}}\n");
    fflush(stdout);
    while (getchar() != EOF)
        ;
    fixture_close(x);
    return 0;
}
