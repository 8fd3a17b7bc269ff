from . import test_exposure
