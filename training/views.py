from django.http import HttpResponse


def session_list(request):
    return HttpResponse()


session = register = cancel = calendar = session_list
